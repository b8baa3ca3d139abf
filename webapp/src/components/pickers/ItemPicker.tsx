import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { loadLater } from "@/components/loadLater";
import type { Side } from "@/lib/api/contacts";
import { itemQuery, itemSearchQuery } from "@/lib/api/items";
import type { Item } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";

import classes from "./Picker.module.css";
import { type PickerProps, SearchPicker } from "./SearchPicker";

const ItemDialog = loadLater(async () => (await import("@/components/items/ItemDialog")).ItemDialog);

interface Props extends PickerProps {
  /** Id of the chosen item, or "". */
  value: string;
  /** With the whole item, so that a line can take its texts and taxes over. */
  onChange: (id: string, item?: Item) => void;
  /** Its name, where it is known before the item is. */
  shown?: string | undefined;
  /** Only what is sold, or only what is bought. */
  side: Side;
  creates?: boolean;
}

/** An item by typing a part of its name, code or barcode. */
export function ItemPicker({ value, onChange, side, shown, creates = true, ...rest }: Props) {
  const { t } = useTranslation();
  const may = useAbilities();
  const [begun, setBegun] = useState<string | null>(null);
  const known = useQuery({ ...itemQuery(value), enabled: value !== "" && !shown }).data;
  const chosen = shown ?? known?.name ?? "";
  const take = (item: Item | undefined) => onChange(item?.id ?? "", item);
  return (
    <>
      <SearchPicker
        {...rest}
        value={value}
        chosen={chosen}
        searchQuery={(typed) => itemSearchQuery(typed, side)}
        onChoose={take}
        option={(item) => <Offer item={item} side={side} />}
        texts={{
          placeholder: t("itemPicker.placeholder"),
          list: t("itemPicker.items"),
          none: t("itemPicker.none"),
          nothing: (typed) => t("itemPicker.nothing", { typed }),
          create: (typed) => (typed ? t("picker.createNamed", { typed }) : t("itemPicker.create")),
        }}
        onCreate={creates && may("items.create") ? setBegun : undefined}
      />
      {begun !== null && (
        <ItemDialog
          begin={{ ...(begun && { name: begun }), side }}
          onDone={(item) => {
            setBegun(null);
            take(item);
            rest.onEnter?.();
          }}
          onClose={() => setBegun(null)}
        />
      )}
    </>
  );
}

function Offer({ item, side }: { item: Item; side: Side }) {
  const price = side === "sales" ? item.sale_price : item.purchase_price;
  return (
    <span className={classes.item}>
      <span>
        {item.name} {item.code && <span className={classes.code}>{item.code}</span>}
      </span>
      {price && <Amount value={price} />}
    </span>
  );
}
