import { ActionIcon, Button, Group, Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { CircleOff, CirclePlay, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ActivityTrail } from "@/components/ActivityTrail";
import { Amount } from "@/components/Amount";
import { Attachments } from "@/components/attachments/Attachments";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Fact, Facts } from "@/components/Facts";
import { LoadedPage } from "@/components/LoadedPage";
import { loadLater } from "@/components/loadLater";
import { Page, Sheet } from "@/components/Page";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import { accountLabel } from "@/lib/accountSearch";
import { accountsQuery } from "@/lib/api/accounts";
import type { Tagged } from "@/lib/api/client";
import { activateItem, deactivateItem, deleteItem, itemQuery, itemsChanged } from "@/lib/api/items";
import { toProblem } from "@/lib/api/problem";
import { taxRatesQuery } from "@/lib/api/taxes";
import type { Item } from "@/lib/api/types";
import { padded } from "@/lib/money";
import { useAbilities, useDecimals, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

const ItemDialog = loadLater(() => import("@/components/items/ItemDialog").then((module) => module.ItemDialog));

const route = getRouteApi("/signed-in/shell/items/$itemId");

export function ItemPage() {
  const { t } = useTranslation("items");
  const { itemId } = route.useParams();
  const item = useQuery(itemQuery(itemId));
  return (
    <LoadedPage query={item} title={t("item")}>
      {(known) => <KnownItem key={known.id} item={known} />}
    </LoadedPage>
  );
}

function KnownItem({ item }: { item: Item & Tagged }) {
  const { t } = useTranslation("items");
  const may = useAbilities();
  return (
    <Page
      title={item.name}
      subtitle={
        <Group gap="xs">
          <span>{t(`kinds.${item.kind}`)}</span>
          {item.code && <bdi>{item.code}</bdi>}
          {!item.is_active && <StatusBadge tone="neutral">{t("inactive")}</StatusBadge>}
        </Group>
      }
      actions={<Actions item={item} />}
    >
      <Sheet padded>
        <Facts>
          <Fact name={t("field.category")}>{item.category_name}</Fact>
          <Fact name={t("field.unit")}>{item.unit_name}</Fact>
          <Fact name={t("field.barcode")}>{item.barcode}</Fact>
          <Fact name={t("field.prices_include_tax")}>{item.prices_include_tax ? t("list.yes") : ""}</Fact>
        </Facts>
      </Sheet>
      {item.is_sold && <SideOf item={item} side="sales" />}
      {item.is_purchased && <SideOf item={item} side="purchases" />}
      {may("attachments.view") && <Attachments of="items" id={item.id} />}
      {may("activity.view") && (
        <Section title={t("activity")}>
          <Sheet>
            <ActivityTrail subject="item" id={item.id} />
          </Sheet>
        </Section>
      )}
    </Page>
  );
}

function SideOf({ item, side }: { item: Item; side: "sales" | "purchases" }) {
  const { t } = useTranslation("items");
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const decimals = useDecimals();
  const accounts = useQuery({ ...accountsQuery, enabled: may("accounts.view") }).data ?? [];
  const taxes = useQuery({ ...taxRatesQuery, enabled: may("tax_rates.view") }).data ?? [];
  const isSales = side === "sales";
  const [price, tax, account, text] = isSales
    ? [item.sale_price, item.sales_tax, item.income_account, item.sale_description]
    : [item.purchase_price, item.purchase_tax, item.expense_account, item.purchase_description];
  const found = accounts.find(({ id }) => id === account);
  const inventory = accounts.find(({ id }) => id === item.inventory_account);
  return (
    <Section title={t(isSales ? "field.is_sold" : "field.is_purchased")}>
      <Sheet padded>
        <Facts>
          <Fact name={t(isSales ? "field.sale_price" : "field.purchase_price")}>
            {price === null ? (
              t("noPrice")
            ) : (
              <>
                <Amount value={padded(price, decimals)} /> <Text span size="xs" c="dimmed">{base_currency}</Text>
              </>
            )}
          </Fact>
          <Fact name={t(isSales ? "field.sales_tax" : "field.purchase_tax")}>{taxes.find(({ id }) => id === tax)?.name}</Fact>
          <Fact name={t(isSales ? "field.income_account" : "field.expense_account")}>{found ? accountLabel(found) : t("ofCategory")}</Fact>
          {!isSales && <Fact name={t("field.inventory_account")}>{inventory && accountLabel(inventory)}</Fact>}
          <Fact name={t("description")}>{text && <span style={{ whiteSpace: "pre-line" }}>{text}</span>}</Fact>
        </Facts>
      </Sheet>
    </Section>
  );
}

function Actions({ item }: { item: Item & Tagged }) {
  const { t } = useTranslation("items");
  const may = useAbilities();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const close = () => setOpen(null);
  const turning = useMutation({
    mutationFn: () => (item.is_active ? deactivateItem(item.id) : activateItem(item.id)),
    onSuccess: async ({ name, is_active }) => {
      await itemsChanged(client);
      notifications.show({ color: "ledger", message: t(is_active ? "activated" : "deactivated", { name }) });
    },
    onError: (error) => notifications.show({ color: "red", message: toProblem(error).detail }),
  });
  const remove = async () => {
    await deleteItem(item.id);
    await navigate({ to: urls.items });
    notifications.show({ color: "ledger", message: t("deleted", { name: item.name }) });
    await itemsChanged(client);
  };
  return (
    <>
      {may("items.edit") && (
        <Button variant="default" leftSection={<Pencil size={15} />} onClick={() => setOpen("edit")}>
          {t("action.edit")}
        </Button>
      )}
      {(may("items.edit") || may("items.delete")) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size="lg" variant="default" aria-label={t("moreActions")}>
              <Ellipsis size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {may("items.edit") && (
              <Menu.Item leftSection={item.is_active ? <CircleOff size={15} /> : <CirclePlay size={15} />} onClick={() => turning.mutate()}>
                {t(item.is_active ? "deactivate" : "activate")}
              </Menu.Item>
            )}
            {may("items.delete") && (
              <Menu.Item leftSection={<Trash2 size={15} />} color="red" onClick={() => setOpen("delete")}>
                {t("action.delete")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {open === "edit" && <ItemDialog item={item} onClose={close} />}
      <ConfirmDialog opened={open === "delete"} onClose={close} title={t("deleteTitle", { name: item.name })} text={t("deleteText")} confirmLabel={t("action.delete")} onConfirm={remove} />
    </>
  );
}
