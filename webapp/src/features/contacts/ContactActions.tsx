import { ActionIcon, Button, Input, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleOff, CirclePlay, Ellipsis, GitMerge, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { MenuLink } from "@/components/links";
import { loadLater } from "@/components/loadLater";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import type { Tagged } from "@/lib/api/client";
import { activateContact, contactsChanged, deactivateContact, deleteContact, mergeContact } from "@/lib/api/contacts";
import { toProblem } from "@/lib/api/problem";
import type { Contact } from "@/lib/api/types";
import { DOCUMENT_KINDS, PAYMENT_KINDS } from "@/lib/kinds";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

const ContactDialog = loadLater(() => import("@/components/contacts/ContactDialog").then((module) => module.ContactDialog));

type Dialog = "edit" | "merge" | "delete" | null;

/** What can be done with a contact. */
export function ContactActions({ contact }: { contact: Contact & Tagged }) {
  const { t } = useTranslation("contacts");
  const may = useAbilities();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Dialog>(null);
  const [into, setInto] = useState("");
  const close = () => setOpen(null);
  const turning = useMutation({
    mutationFn: () => (contact.is_active ? deactivateContact(contact.id) : activateContact(contact.id)),
    onSuccess: async ({ name, is_active }) => {
      await contactsChanged(client);
      notifications.show({ color: "ledger", message: t(is_active ? "activated" : "deactivated", { name }) });
    },
    onError: (error) => notifications.show({ color: "red", message: toProblem(error).detail }),
  });
  const merge = async () => {
    const kept = await mergeContact(contact.id, into);
    await contactsChanged(client);
    await client.invalidateQueries({ queryKey: ["documents"] });
    notifications.show({ color: "ledger", message: t("merged", { name: contact.name, into: kept.name }) });
    await navigate({ to: urls.contact, params: { contactId: kept.id } });
  };
  const remove = async () => {
    await deleteContact(contact.id);
    await navigate({ to: contact.is_customer ? urls.customers : urls.vendors });
    notifications.show({ color: "ledger", message: t("deleted", { name: contact.name }) });
    await contactsChanged(client);
  };
  const isHere = !contact.merged_into;
  return (
    <>
      {isHere && contact.is_active && <NewMenu contact={contact} />}
      {isHere && may("contacts.edit") && (
        <Button variant="default" leftSection={<Pencil size={15} />} onClick={() => setOpen("edit")}>
          {t("action.edit")}
        </Button>
      )}
      {isHere && (may("contacts.edit") || may("contacts.delete") || may("contacts.manage")) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size="lg" variant="default" aria-label={t("moreActions")}>
              <Ellipsis size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {may("contacts.edit") && (
              <Menu.Item leftSection={contact.is_active ? <CircleOff size={15} /> : <CirclePlay size={15} />} onClick={() => turning.mutate()}>
                {t(contact.is_active ? "deactivate" : "activate")}
              </Menu.Item>
            )}
            {may("contacts.manage") && (
              <Menu.Item leftSection={<GitMerge size={15} />} onClick={() => setOpen("merge")}>
                {t("merge")}
              </Menu.Item>
            )}
            {may("contacts.delete") && (
              <Menu.Item leftSection={<Trash2 size={15} />} color="red" onClick={() => setOpen("delete")}>
                {t("action.delete")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {open === "edit" && <ContactDialog contact={contact} onClose={close} />}
      <ConfirmDialog opened={open === "merge"} onClose={close} title={t("mergeTitle", { name: contact.name })} text={t("mergeText", { name: contact.name })} confirmLabel={t("mergeConfirm")} onConfirm={merge}>
        <Input.Wrapper label={t("mergeInto")}>
          <ContactPicker label={t("mergeInto")} value={into} onChange={setInto} />
        </Input.Wrapper>
      </ConfirmDialog>
      <ConfirmDialog opened={open === "delete"} onClose={close} title={t("deleteTitle", { name: contact.name })} text={t("deleteText")} confirmLabel={t("action.delete")} onConfirm={remove} />
    </>
  );
}

/** What can be written for this contact. */
function NewMenu({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const may = useAbilities();
  const isOn = (side: "sales" | "purchases") => (side === "sales" ? contact.is_customer : contact.is_vendor);
  const documents = DOCUMENT_KINDS.filter(({ side, subject }) => isOn(side) && may(`${subject}.create`));
  const payments = PAYMENT_KINDS.filter(({ side, subject, value }) => isOn(side) && !value.endsWith("refund") && may(`${subject}.create`));
  if (!documents.length && !payments.length) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<Plus size={16} />}>{t("newFor")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {documents.map((kind) => (
          <MenuLink key={kind.path} to={urls.newDocument} params={{ kind: kind.path }} search={{ contact: contact.id }}>
            {t(`kind.${kind.value}`)}
          </MenuLink>
        ))}
        <Menu.Divider />
        {payments.map((kind) => (
          <MenuLink key={kind.path} to={urls.newPayment} params={{ kind: kind.path }} search={{ contact: contact.id }}>
            {t(`kind.${kind.value}`)}
          </MenuLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
