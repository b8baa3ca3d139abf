import { TextInput, type TextInputProps } from "@mantine/core";

/** A calendar date. The browser's own field knows the person's notation, the keyboard and the phone. */
export function DateInput(props: Omit<TextInputProps, "type">) {
  return <TextInput type="date" max="9999-12-31" {...props} />;
}
