import { ActionIcon, Button, Group, Modal, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FolderTree, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { ChoiceInput } from "@/components/ChoiceInput";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { FormDialog } from "@/components/FormDialog";
import { Loaded } from "@/components/Loaded";
import table from "@/components/table.module.css";
import { useProblemForm } from "@/components/useProblemForm";
import { changeCategory, createCategory, deleteCategory, itemCategoriesQuery } from "@/lib/api/items";
import type { ItemCategory } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";
import { filled, z } from "@/lib/shapes";

import { inTreeOrder } from "./categories";

/** The tree of categories: they order items and lend them their accounts. */
export function CategoriesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("items");
  const may = useAbilities();
  const client = useQueryClient();
  const categories = useQuery(itemCategoriesQuery);
  const [edited, setEdited] = useState<ItemCategory | "new" | null>(null);
  const [doomed, setDoomed] = useState<ItemCategory | null>(null);
  const remove = async () => {
    if (doomed) await deleteCategory(doomed.id);
    await client.invalidateQueries({ queryKey: itemCategoriesQuery.queryKey });
  };
  const add = may("items.create") && (
    <Button leftSection={<Plus size={16} />} variant="default" onClick={() => setEdited("new")}>
      {t("newCategory")}
    </Button>
  );
  return (
    <Modal opened onClose={onClose} title={t("categories")} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("categoriesText")}
        </Text>
        <Loaded query={categories} lines={4}>
          {(known) =>
            known.length ? (
              <table className={table.table} aria-label={t("categories")}>
                <tbody>
                  {inTreeOrder(known).map(({ category, depth }) => (
                    <tr key={category.id}>
                      <td style={{ paddingInlineStart: 14 + depth * 20 }}>{category.name}</td>
                      <td className={table.quiet}>{category.description}</td>
                      <td className={table.action}>
                        {may("items.edit") && (
                          <ActionIcon aria-label={t("editCategory", { name: category.name })} onClick={() => setEdited(category)}>
                            <Pencil size={15} />
                          </ActionIcon>
                        )}
                        {may("items.delete") && (
                          <ActionIcon aria-label={t("deleteCategory", { name: category.name })} onClick={() => setDoomed(category)}>
                            <Trash2 size={15} />
                          </ActionIcon>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            ) : (
              <EmptyState icon={FolderTree} title={t("noCategories")} />
            )
          }
        </Loaded>
        <Group justify="flex-end">{add}</Group>
      </Stack>
      {edited && <CategoryForm category={edited === "new" ? undefined : edited} all={categories.data ?? []} onClose={() => setEdited(null)} />}
      <ConfirmDialog opened={doomed !== null} onClose={() => setDoomed(null)} title={t("deleteTitle", { name: doomed?.name ?? "" })} text={t("deleteCategoryText")} confirmLabel={t("action.delete")} onConfirm={remove} />
    </Modal>
  );
}

function CategoryForm({ category, all, onClose }: { category: ItemCategory | undefined; all: ItemCategory[]; onClose: () => void }) {
  const { t } = useTranslation("items");
  const client = useQueryClient();
  const id = z.nullable(z.string());
  const form = useProblemForm({
    schema: z.object({ name: filled(t("form.required")), description: z.string(), parent: id, income_account: id, expense_account: id, inventory_account: id }),
    defaultValues: {
      name: category?.name ?? "",
      description: category?.description ?? "",
      parent: category?.parent ?? null,
      income_account: category?.income_account ?? null,
      expense_account: category?.expense_account ?? null,
      inventory_account: category?.inventory_account ?? null,
    },
    send: (values) => (category ? changeCategory(category.id, values) : createCategory(values)),
    onDone: async () => {
      await client.invalidateQueries({ queryKey: itemCategoriesQuery.queryKey });
      onClose();
    },
  });
  const account = (name: "income_account" | "expense_account" | "inventory_account", fits: (account: { root: string; type: string }) => boolean) => (
    <Controller control={form.control} name={name} render={({ field }) => <AccountInput {...field} label={t(`field.${name}`)} fits={fits} clearable error={form.errorOf(name)} />} />
  );
  return (
    <FormDialog title={category ? t("editTitle", { name: category.name }) : t("newCategory")} form={form} submitLabel={t("action.save")} onClose={onClose}>
      <TextInput label={t("field.name")} data-autofocus error={form.errorOf("name")} {...form.register("name")} />
      <TextInput label={t("description")} error={form.errorOf("description")} {...form.register("description")} />
      <Controller
        control={form.control}
        name="parent"
        render={({ field }) => (
          <ChoiceInput {...field} label={t("partOf")} clearable data={all.filter(({ id: other }) => other !== category?.id).map(({ id: value, name }) => ({ value, label: name }))} error={form.errorOf("parent")} />
        )}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {account("income_account", ({ root }) => root === "income")}
        {account("expense_account", ({ root }) => root === "expense")}
        {account("inventory_account", ({ type }) => type === "inventory")}
      </SimpleGrid>
    </FormDialog>
  );
}
