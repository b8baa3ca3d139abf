import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { type DefaultValues, type FieldValues, type Path, useForm } from "react-hook-form";
import type { z } from "@/lib/shapes";

import type { ApiProblem } from "@/lib/api/problem";
import { showInFields } from "@/lib/forms";

interface Options<Values extends FieldValues, Answer> {
  schema: z.ZodMiniType<Values, Values>;
  defaultValues: DefaultValues<Values>;
  send: (values: Values) => Promise<Answer>;
  onDone?: (answer: Answer, values: Values) => void | Promise<void>;
}

/**
 * A form that is checked here for shape, sent, and shows what the server finds wrong: at the field it is about, or as
 * `problem` for the alert above the button.
 */
export function useProblemForm<Values extends FieldValues, Answer>({ schema, defaultValues, send, onDone }: Options<Values, Answer>) {
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues });
  const fields = Object.keys(defaultValues) as Path<Values>[];
  const sending = useMutation<{ problem: ApiProblem | null }, Error, Values>({
    mutationFn: async (values) => {
      try {
        const answer = await send(values);
        await onDone?.(answer, values);
        return { problem: null };
      } catch (error) {
        return { problem: showInFields(error, form, fields) };
      }
    },
  });
  return {
    ...form,
    submit: form.handleSubmit((values) => sending.mutateAsync(values).then(() => undefined)),
    problem: sending.data?.problem ?? null,
    isSending: sending.isPending,
    errorOf: (field: Path<Values>) => form.getFieldState(field, form.formState).error?.message,
  };
}
