import { Alert, Button, Checkbox, FileInput, Group, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { ChoiceInput } from "@/components/ChoiceInput";
import { ButtonLink } from "@/components/links";
import { Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { accountsQuery } from "@/lib/api/accounts";
import { checkImport, importFile } from "@/lib/api/exchange";
import { booksChanged } from "@/lib/api/journals";
import type { ImportInput, ImportReport } from "@/lib/api/types";
import { base64Of } from "@/lib/download";
import { urls } from "@/lib/urls";

import { COLUMNS, type ColumnName, guess, headingsOf, type Mapping, told } from "./columns";

type Format = ImportInput["format"];
const FORMATS: readonly Format[] = ["csv", "xlsx", "hledger", "beancount"];
const ENDINGS: Record<string, Format> = { csv: "csv", tsv: "csv", txt: "csv", xlsx: "xlsx", journal: "hledger", hledger: "hledger", ledger: "hledger", j: "hledger", beancount: "beancount", bean: "beancount" };
const isTable = (format: Format) => format === "csv" || format === "xlsx";
/** Without these a table cannot be read. */
const NEEDED: readonly ColumnName[] = ["date", "account"];

interface Chosen {
  file: File;
  text: string;
  headings: string[];
}

/** A file is checked first: which accounts it means, and what is wrong by line. Then it is posted as a whole. */
export function Import() {
  const { t } = useTranslation("data");
  const client = useQueryClient();
  const accounts = useQuery(accountsQuery).data ?? [];
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [format, setFormat] = useState<Format>("csv");
  const [mapping, setMapping] = useState<Mapping>({});
  const [decimalMark, setDecimalMark] = useState<string | null>(null);
  const [codes, setCodes] = useState<Record<string, string>>({}); // name in the file -> account's code
  const [createAccounts, setCreateAccounts] = useState(true);
  const [allowDuplicates, setAllowDuplicates] = useState(false);

  const body = async (): Promise<ImportInput> => ({
    format,
    ...(format === "xlsx" ? { content_base64: chosen ? await base64Of(chosen.file) : "" } : { content: chosen?.text ?? "" }),
    accounts: codes,
    create_accounts: createAccounts,
    allow_duplicates: allowDuplicates,
    ...(decimalMark && { decimal_mark: decimalMark as NonNullable<ImportInput["decimal_mark"]> }),
    ...(isTable(format) && { columns: told(mapping, chosen?.headings ?? []) }),
  });
  const checking = useMutation({ mutationFn: async () => checkImport(await body()) });
  const importing = useMutation({
    mutationFn: async () => importFile(await body()),
    onSuccess: async ({ entries_in_file }) => {
      notifications.show({ color: "ledger", message: t("import.done", { count: entries_in_file }) });
      setChosen(null);
      checking.reset();
      await booksChanged(client);
    },
  });
  /** What was checked was something else: it is to be checked again. */
  const changed = <Value,>(set: (value: Value) => void) => (value: Value) => {
    set(value);
    checking.reset();
    importing.reset();
  };
  const take = async (file: File | null) => {
    changed(setChosen)(null);
    setCodes({});
    if (!file) return;
    const kind = ENDINGS[file.name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "csv";
    const text = kind === "xlsx" ? "" : await file.text();
    const headings = kind === "csv" ? headingsOf(text) : [];
    setFormat(kind);
    setMapping(guess(headings));
    setChosen({ file, text, headings });
  };
  const report = checking.data;
  const isReady = report !== undefined && !report.errors.length && report.entries_in_file > 0;
  return (
    <Section title={t("import.title")} text={t("import.text")}>
      <Sheet padded>
        <Stack>
          <Group align="flex-start">
            <FileInput
              label={t("import.file")}
              placeholder={t("import.fileHint")}
              leftSection={<FileUp size={15} aria-hidden />}
              styles={{ placeholder: { color: "var(--mantine-color-placeholder)" } }}
              accept=".csv,.tsv,.txt,.xlsx,.journal,.hledger,.ledger,.beancount,.bean"
              value={chosen?.file ?? null}
              onChange={(file) => void take(file)}
              clearable
              flex="2 1 260px"
            />
            <ChoiceInput
              label={t("import.format")}
              allowDeselect={false}
              data={FORMATS.map((value) => ({ value, label: t(`format.${value}`) }))}
              value={format}
              onChange={(value) => value && changed(setFormat)(value as Format)}
              flex="1 1 180px"
            />
            {format !== "beancount" && (
              <ChoiceInput
                label={t("import.decimalMark")}
                placeholder={t("import.decimalMarkAuto")}
                clearable
                data={[
                  { value: ".", label: t("import.point") },
                  { value: ",", label: t("import.comma") },
                ]}
                value={decimalMark}
                onChange={changed(setDecimalMark)}
                flex="1 1 160px"
              />
            )}
          </Group>
          {chosen && isTable(format) && <Columns headings={chosen.headings} mapping={mapping} onMapping={changed(setMapping)} />}
          <Group gap="lg">
            <Checkbox label={t("import.createAccounts")} checked={createAccounts} onChange={(event) => changed(setCreateAccounts)(event.currentTarget.checked)} />
            <Checkbox label={t("import.allowDuplicates")} checked={allowDuplicates} onChange={(event) => changed(setAllowDuplicates)(event.currentTarget.checked)} />
          </Group>
          {report && (
            <Report
              report={report}
              codes={codes}
              onCode={(name, id) => {
                const code = accounts.find((account) => account.id === id)?.code;
                setCodes((now) => ({ ...Object.fromEntries(Object.entries(now).filter(([other]) => other !== name)), ...(code && { [name]: code }) }));
                importing.reset();
              }}
            />
          )}
          <ProblemAlert error={checking.error ?? importing.error} />
          <Group justify="flex-end" gap="xs">
            {importing.isSuccess && (
              <ButtonLink to={urls.journals} variant="default">
                {t("import.look")}
              </ButtonLink>
            )}
            <Button variant={isReady ? "default" : "filled"} loading={checking.isPending} disabled={!chosen} onClick={() => checking.mutate()}>
              {report ? t("import.checkAgain") : t("import.check")}
            </Button>
            {isReady && (
              <Button loading={importing.isPending} onClick={() => importing.mutate()}>
                {t("import.submit", { count: report.entries_in_file })}
              </Button>
            )}
          </Group>
        </Stack>
      </Sheet>
    </Section>
  );
}

interface ColumnsProps {
  headings: readonly string[];
  mapping: Mapping;
  onMapping: (next: Mapping) => void;
}

/** What each column of the table is. Headings of a workbook are not read here: they are typed where they differ. */
function Columns({ headings, mapping, onMapping }: ColumnsProps) {
  const { t } = useTranslation("data");
  const set = (name: ColumnName, heading: string) => {
    const rest = Object.fromEntries(Object.entries(mapping).filter(([other]) => other !== name)) as Mapping;
    onMapping(heading ? { ...rest, [name]: heading } : rest);
  };
  return (
    <fieldset style={{ border: "none", margin: 0, padding: 0 }}>
      <Text component="legend" size="sm" fw={600} mb={6}>
        {t("import.columns")}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {headings.length ? t("import.columnsText") : t("import.columnsTyped")}
      </Text>
      <Group gap="sm" align="flex-end">
        {COLUMNS.map((name) =>
          headings.length ? (
            <ChoiceInput
              key={name}
              size="xs"
              w={170}
              label={t(`column.${name}`)}
              required={NEEDED.includes(name)}
              clearable
              placeholder={t("import.notInFile")}
              data={[...new Set(headings)]}
              value={mapping[name] ?? null}
              onChange={(value) => set(name, value ?? "")}
            />
          ) : (
            <TextInput key={name} size="xs" w={170} label={t(`column.${name}`)} placeholder={name} value={mapping[name] ?? ""} onChange={(event) => set(name, event.currentTarget.value)} />
          ),
        )}
      </Group>
    </fieldset>
  );
}

const MOST_ERRORS = 100;
const TONES = { matched: "good", created: "waiting", unknown: "bad" } as const;

interface ReportProps {
  report: ImportReport;
  codes: Record<string, string>;
  onCode: (name: string, accountId: string | null) => void;
}

function Report({ report, codes, onCode }: ReportProps) {
  const { t } = useTranslation("data");
  const accounts = useQuery(accountsQuery).data ?? [];
  const idOf = (code: string | undefined) => accounts.find((account) => account.code === code)?.id ?? null;
  const more = report.errors.length - MOST_ERRORS;
  return (
    <Stack gap="sm" component="section" aria-label={t("import.report")}>
      <Text size="sm" role="status" fw={600}>
        {t("import.found", { count: report.entries_in_file })} {report.duplicates > 0 && t("import.duplicates", { count: report.duplicates })}
      </Text>
      {report.errors.length > 0 && (
        <Alert color="red" title={t("import.wrongLines", { count: report.errors.length })}>
          <ul style={{ margin: 0, paddingInlineStart: 18, maxHeight: 260, overflowY: "auto" }} tabIndex={0} aria-label={t("import.wrongLines", { count: report.errors.length })}>
            {report.errors.slice(0, MOST_ERRORS).map(({ line, code, detail }) => (
              <li key={`${line} ${code} ${detail}`}>{t("import.line", { line, detail })}</li>
            ))}
          </ul>
          {more > 0 && <Text size="sm">{t("import.moreLines", { count: more })}</Text>}
        </Alert>
      )}
      {report.accounts.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label={t("import.accounts")}>
            <thead>
              <tr>
                <th scope="col">{t("import.nameInFile")}</th>
                <th scope="col">{t("import.outcome")}</th>
                <th scope="col">{t("import.account")}</th>
                <th scope="col">{t("import.take")}</th>
              </tr>
            </thead>
            <tbody>
              {report.accounts.map(({ name, outcome, account }) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td>
                    <StatusBadge tone={TONES[outcome]}>{t(`import.outcomes.${outcome}`)}</StatusBadge>
                  </td>
                  <td>
                    {account && (
                      <>
                        <span className={table.quiet}>{account.code}</span> {account.name}
                      </>
                    )}
                  </td>
                  <td style={{ minWidth: 220 }}>
                    <AccountInput
                      size="xs"
                      aria-label={t("import.takeFor", { name })}
                      placeholder={t("import.asFound")}
                      clearable
                      value={idOf(codes[name])}
                      onChange={(id) => onCode(name, id)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Stack>
  );
}
