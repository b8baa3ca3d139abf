import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { loadLater } from "@/components/loadLater";
import { contactNameQuery, contactSearchQuery, type Side } from "@/lib/api/contacts";
import { useAbilities } from "@/lib/organization";

import classes from "./Picker.module.css";
import { type PickerProps, SearchPicker } from "./SearchPicker";

const ContactDialog = loadLater(async () => (await import("@/components/contacts/ContactDialog")).ContactDialog);

interface Props extends PickerProps {
  /** Id of the chosen contact, or "". */
  value: string;
  onChange: (id: string) => void;
  /** Only customers, or only vendors. */
  side?: Side | undefined;
  /** Offers to add the one who is not there yet. */
  creates?: boolean;
}

/** A contact by typing a part of its name or number: the server searches, Enter and leaving take its first match. */
export function ContactPicker({ creates = false, ...props }: Props) {
  return creates ? <CreatingPicker {...props} /> : <Picker {...props} />;
}

/** With a dialog for somebody new, for those who may add contacts. */
function CreatingPicker(props: Omit<Props, "creates">) {
  const client = useQueryClient();
  const may = useAbilities();
  const [begun, setBegun] = useState<string | null>(null); // the name that was typed
  const { onChange, onEnter, side } = props;
  return (
    <>
      <Picker {...props} onCreate={may("contacts.create") ? setBegun : undefined} />
      {begun !== null && (
        <ContactDialog
          begin={{ ...(begun && { name: begun }), ...(side && { side }) }}
          onDone={({ id, name }) => {
            client.setQueryData(contactNameQuery(id).queryKey, name);
            setBegun(null);
            onChange(id);
            onEnter?.();
          }}
          onClose={() => setBegun(null)}
        />
      )}
    </>
  );
}

function Picker({ value, onChange, side, onCreate, ...rest }: Omit<Props, "creates"> & { onCreate?: ((typed: string) => void) | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const chosen = useQuery({ ...contactNameQuery(value), enabled: value !== "" }).data;
  const word = side ?? "any";
  return (
    <SearchPicker
      {...rest}
      value={value}
      chosen={chosen ?? ""}
      searchQuery={(typed) => contactSearchQuery(typed, side)}
      onChoose={(contact) => {
        if (contact) client.setQueryData(contactNameQuery(contact.id).queryKey, contact.name);
        onChange(contact?.id ?? "");
      }}
      option={({ name, number }) => (
        <>
          {name} {number && <span className={classes.code}>{number}</span>}
        </>
      )}
      texts={{
        placeholder: t(`contactPicker.placeholder.${word}`),
        list: t(`contactPicker.contacts.${word}`),
        none: t(`contactPicker.none.${word}`),
        nothing: (typed) => t(`contactPicker.nothing.${word}`, { typed }),
        create: (typed) => (typed ? t("picker.createNamed", { typed }) : t(`contactPicker.create.${word}`)),
      }}
      onCreate={onCreate}
    />
  );
}
