import { ActionIcon, Button, TextInput, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Ruler, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { FormDialog } from "@/components/FormDialog";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import table from "@/components/table.module.css";
import { useProblemForm } from "@/components/useProblemForm";
import { changeUnit, createUnit, deleteUnit, unitsQuery } from "@/lib/api/items";
import type { Unit } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";
import { filled, z } from "@/lib/shapes";

/** What quantities are counted in. */
export function UnitsPage() {
  const { t } = useTranslation("settings");
  const may = useAbilities();
  const client = useQueryClient();
  const units = useQuery(unitsQuery);
  const [edited, setEdited] = useState<Unit | "new" | null>(null);
  const [doomed, setDoomed] = useState<Unit | null>(null);
  const remove = async () => {
    if (doomed) await deleteUnit(doomed.id);
    await client.invalidateQueries({ queryKey: unitsQuery.queryKey });
  };
  const add = may("items.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setEdited("new")}>
      {t("units.new")}
    </Button>
  );
  return (
    <Page title={t("units.title")} subtitle={t("units.text")} actions={add} narrow>
      <Sheet>
        <Loaded query={units} lines={8}>
          {(known) =>
            known.length ? (
              <table className={`${table.table} ${table.cards}`} aria-label={t("units.title")}>
                <thead>
                  <tr>
                    <th scope="col">{t("units.name")}</th>
                    <th scope="col">{t("units.code")}</th>
                    <th scope="col" className={table.action}>
                      <VisuallyHidden>{t("units.actions")}</VisuallyHidden>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {known.map((unit) => (
                    <tr key={unit.id}>
                      <td>{unit.name}</td>
                      <td className={table.quiet}>
                        <bdi>{unit.code}</bdi>
                      </td>
                      <td className={table.action}>
                        {may("items.edit") && (
                          <ActionIcon aria-label={t("units.edit", { name: unit.name })} onClick={() => setEdited(unit)}>
                            <Pencil size={15} />
                          </ActionIcon>
                        )}
                        {may("items.delete") && (
                          <ActionIcon aria-label={t("units.delete", { name: unit.name })} onClick={() => setDoomed(unit)}>
                            <Trash2 size={15} />
                          </ActionIcon>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            ) : (
              <EmptyState icon={Ruler} title={t("units.none")} action={add} />
            )
          }
        </Loaded>
      </Sheet>
      {edited && <UnitDialog unit={edited === "new" ? undefined : edited} onClose={() => setEdited(null)} />}
      <ConfirmDialog opened={doomed !== null} onClose={() => setDoomed(null)} title={t("units.deleteTitle", { name: doomed?.name ?? "" })} text={t("units.deleteText")} confirmLabel={t("action.delete")} onConfirm={remove} />
    </Page>
  );
}

function UnitDialog({ unit, onClose }: { unit: Unit | undefined; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ name: filled(t("form.required")), code: z.string() }),
    defaultValues: { name: unit?.name ?? "", code: unit?.code ?? "" },
    send: (values) => (unit ? changeUnit(unit.id, values) : createUnit(values)),
    onDone: async ({ name }) => {
      await Promise.all([client.invalidateQueries({ queryKey: unitsQuery.queryKey }), client.invalidateQueries({ queryKey: ["items"] })]);
      notifications.show({ color: "ledger", message: t("units.saved", { name }) });
      onClose();
    },
  });
  return (
    <FormDialog title={unit ? t("units.edit", { name: unit.name }) : t("units.new")} form={form} submitLabel={t("action.save")} onClose={onClose}>
      <TextInput label={t("units.name")} data-autofocus error={form.errorOf("name")} {...form.register("name")} />
      <TextInput label={t("units.code")} description={t("units.codeHint")} error={form.errorOf("code")} {...form.register("code")} />
    </FormDialog>
  );
}
