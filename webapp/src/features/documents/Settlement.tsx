import { Button, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import table from "@/components/table.module.css";
import { documentAllocationsQuery, documentsChanged, unapplyCredit } from "@/lib/api/documents";
import type { Allocation, Document } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import type { DocumentKind } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { placeOf } from "@/lib/sources";

import classes from "./DocumentSheet.module.css";

/** What settles it (or, of a credit, what it settles), and what is left. */
export function Settlement({ kind, document }: { kind: DocumentKind; document: Document }) {
  const { t } = useTranslation("documents");
  const allocations = useQuery(documentAllocationsQuery(kind, document.id));
  const isCredit = policyOf(kind).isCredit;
  return (
    <Sheet>
      <dl className={classes.sums} style={{ padding: "12px 14px" }}>
        <div>
          <dt>{t("sums.total", { currency: document.currency })}</dt>
          <dd>
            <Amount value={document.total} />
          </dd>
        </div>
        <div>
          <dt>{t(isCredit ? "page.applied" : "sums.settled")}</dt>
          <dd>
            <Amount value={document.settled} />
          </dd>
        </div>
        <div className={classes.total}>
          <dt>{t(isCredit ? "field.unapplied" : "field.open")}</dt>
          <dd>
            <Amount value={document.open_amount} />
          </dd>
        </div>
      </dl>
      <Loaded query={allocations} lines={2}>
        {(known) => (known.length ? <Allocations kind={kind} id={document.id} rows={known} isCredit={isCredit} /> : <Nothing />)}
      </Loaded>
    </Sheet>
  );
}

function Nothing() {
  const { t } = useTranslation("documents");
  return (
    <Text size="sm" c="dimmed" px="md" pb="sm">
      {t("page.notSettled")}
    </Text>
  );
}

interface AllocationsProps {
  kind: DocumentKind;
  id: string;
  rows: readonly Allocation[];
  isCredit: boolean;
}

function Allocations({ kind, id, rows, isCredit }: AllocationsProps) {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Allocation | null>(null);
  const takeBack = async () => {
    if (asked) await unapplyCredit(kind, id, asked.id);
    void documentsChanged(client);
  };
  const mayTakeBack = (row: Allocation) => isCredit && row.stands && !row.reverses && row.kind === "credit" && may(`${kind.subject}.edit`);
  return (
    <>
    <table className={table.table} aria-label={t("page.settlement")}>
      <tbody>
        {rows.map((row) => {
          const other = isCredit ? row.target : row.source;
          const place = other ? placeOf(other.kind, other.id) : undefined;
          const name = other ? t("page.named", { kind: t(`kind.${other.kind as "invoice"}`), number: other.number }) : t("page.writtenOff");
          return (
            <tr key={row.id} data-reversed={!row.stands || undefined}>
              <td>
                {place ? (
                  <TextLink {...place} inherit>
                    {name}
                  </TextLink>
                ) : (
                  name
                )}
                <div className={classes.small}>
                  {formatDate(row.date)}
                  {!row.stands && ` · ${t("page.takenBack")}`}
                </div>
              </td>
              <td className={table.amount}>
                <Amount value={row.amount} />
                {mayTakeBack(row) && (
                  <Button variant="subtle" size="compact-xs" onClick={() => setAsked(row)} aria-label={t("page.takeBackOf", { name })}>
                    {t("page.takeBack")}
                  </Button>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
    <ConfirmDialog opened={asked !== null} onClose={() => setAsked(null)} title={t("page.takeBackTitle")} text={t("page.takeBackText")} confirmLabel={t("page.takeBack")} onConfirm={takeBack} />
    </>
  );
}
