import { Button, Stack, Text, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Ban, Check, Copy, Pencil, Plus, Trash2, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { ActivityTrail } from "@/components/ActivityTrail";
import { Attachments } from "@/components/attachments/Attachments";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EntryLines } from "@/components/EntryLines";
import { ButtonLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { LoadedPage } from "@/components/LoadedPage";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import table from "@/components/table.module.css";
import { shortNumber } from "@/lib/amounts";
import { booksChanged, createJournal, deleteJournal, entryQuery, journalQuery, publishJournal } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { formatDate, formatInstant } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { toast } from "@/lib/toast";
import { urls } from "@/lib/urls";

import classes from "./JournalPage.module.css";
import { JournalStatusBadge } from "./JournalStatusBadge";
import { ReverseDialog } from "./ReverseDialog";
import { VoidDialog } from "./VoidDialog";
import { writtenAgain } from "./writtenAgain";

const route = getRouteApi("/signed-in/shell/journals/$journalId");

export function JournalPage() {
  const { t } = useTranslation();
  const { journalId } = route.useParams();
  const journal = useQuery(journalQuery(journalId));
  return (
    <LoadedPage query={journal} title={t("navigation.journals")}>
      {(known) => <KnownJournal journal={known} />}
    </LoadedPage>
  );
}

function KnownJournal({ journal }: { journal: ManualJournal }) {
  const { t } = useTranslation();
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const client = useQueryClient();
  const publish = useMutation({
    mutationFn: () => publishJournal(journal.id),
    onSuccess: async ({ number }) => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("journals.published", { number }) });
    },
  });
  const entry = usePosted(journal.entry).data;
  const reversal = usePosted(journal.reversal).data;
  return (
    <Page
      title={journal.number ? t("journals.title", { number: journal.number }) : t("journals.draft")}
      subtitle={<JournalStatusBadge status={journal.status} />}
      actions={<Actions journal={journal} onPublish={() => publish.mutate()} isPublishing={publish.isPending} />}
    >
      <ProblemAlert error={publish.error} />
      <Sheet padded>
        <dl className={classes.facts}>
          <Fact name={t("journals.date")} value={formatDate(journal.date)} />
          <Fact name={t("journals.memo")} value={journal.memo || "–"} />
          <Fact name={t("journals.reference")} value={journal.reference || "–"} />
          <Fact name={t("journals.currency")} value={journal.currency} />
          {journal.currency !== base_currency && journal.status !== "draft" && <Fact name={t("journals.rate")} value={<bdi>{shortNumber(journal.rate)}</bdi>} />}
          {journal.reverse_on && <Fact name={t("journals.reverseOn")} value={formatDate(journal.reverse_on)} />}
          <Fact name={t("journals.createdAt")} value={<Done at={journal.created_at} who={journal.created_by} />} />
          {journal.published_at && <Fact name={t("journals.publishedAt")} value={<Done at={journal.published_at} who={entry?.posted_by} />} />}
          {journal.voided_at && <Fact name={t("journals.voidedAt")} value={<Done at={journal.voided_at} who={reversal?.posted_by} />} />}
          {reversal && <Fact name={t("journals.voidReasonIs")} value={reversal.memo} />}
        </dl>
      </Sheet>
      <Sheet>
        <div className={table.scroll}>
          <EntryLines lines={journal.lines} currency={journal.currency} isMain />
        </div>
      </Sheet>
      {journal.reversal && <Entry id={journal.reversal} title={t("journals.reversal")} />}
      {journal.reversing_entry && <Entry id={journal.reversing_entry} title={t("journals.reversingEntry")} />}
      {journal.entry && <Entry id={journal.entry} title={t("journals.entry")} />}
      {may("attachments.view") && <Attachments of="manual-journals" id={journal.id} />}
      {may("activity.view") && (
        <Section title={t("journals.history")}>
          <Sheet>
            <ActivityTrail subject="manual_journal" id={journal.id} />
          </Sheet>
        </Section>
      )}
    </Page>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Done({ at, who }: { at: string; who: string | undefined }) {
  const { t } = useTranslation();
  return who ? t("journals.at", { at: formatInstant(at), who }) : formatInstant(at);
}

/** An entry of this journal; none where there is none, or where the role may not see it. */
function usePosted(id: string | null) {
  const may = useAbilities();
  return useQuery({ ...entryQuery(id ?? ""), enabled: id !== null && may("journal_entries.view") });
}

interface ActionsProps {
  journal: ManualJournal;
  onPublish: () => void;
  isPublishing: boolean;
}

/** What may be done with it in its state, by this person. */
function Actions({ journal, onPublish, isPublishing }: ActionsProps) {
  const { t } = useTranslation();
  const may = useAbilities();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [open, setOpen] = useState<"void" | "reverse" | "delete" | null>(null);
  const close = () => setOpen(null);
  const mayPublish = journal.status === "draft" && may("manual_journals.publish");
  useHotkeys([["mod+Enter", () => mayPublish && !open && !isPublishing && onPublish()]]);
  if (journal.status !== "draft") {
    return (
      <>
        {journal.status === "published" && may("manual_journals.void") && (
          <Button variant="default" leftSection={<Ban size={15} />} onClick={() => setOpen("void")}>
            {t("journals.void")}
          </Button>
        )}
        {journal.status === "published" && !journal.reversing_entry && may("manual_journals.void") && (
          <Button variant="default" leftSection={<Undo2 size={15} />} onClick={() => setOpen("reverse")}>
            {t("journals.reverse")}
          </Button>
        )}
        <Onward journal={journal} />
        {open === "reverse" && <ReverseDialog journal={journal} onClose={close} />}
        {open === "void" && <VoidDialog journal={journal} onClose={close} />}
      </>
    );
  }
  const remove = async () => {
    await deleteJournal(journal.id);
    await navigate({ to: urls.journals });
    await booksChanged(client);
    const undo = async () => {
      const { id } = await createJournal(writtenAgain(journal));
      await booksChanged(client);
      await navigate({ to: urls.journal, params: { journalId: id } });
    };
    toast.done(t("journals.deletedMany", { count: 1 }), may("manual_journals.create") ? { undo } : {});
  };
  return (
    <>
      {may("manual_journals.delete") && (
        <Button variant="subtle" color="red" leftSection={<Trash2 size={15} />} onClick={() => setOpen("delete")}>
          {t("action.delete")}
        </Button>
      )}
      {may("manual_journals.edit") && (
        <ButtonLink to={urls.editJournal} params={{ journalId: journal.id }} variant="default" leftSection={<Pencil size={15} />}>
          {t("action.edit")}
        </ButtonLink>
      )}
      <Onward journal={journal} />
      {mayPublish && (
        <Button leftSection={<Check size={16} />} onClick={onPublish} loading={isPublishing}>
          {t("journals.publish")}
        </Button>
      )}
      <ConfirmDialog opened={open === "delete"} onClose={close} title={t("journals.deleteTitle")} text={t("journals.deleteText")} confirmLabel={t("action.delete")} onConfirm={remove} />
    </>
  );
}

/** The next journal: another like this one, or an empty one. */
function Onward({ journal }: { journal: ManualJournal }) {
  const { t } = useTranslation();
  const may = useAbilities();
  const { base_currency } = useOrganization();
  if (!may("manual_journals.create")) return null;
  return (
    <>
      {journal.currency === base_currency && (
        <ButtonLink to={urls.newJournal} search={{ copy: journal.id }} variant="default" leftSection={<Copy size={15} />}>
          {t("journals.copy")}
        </ButtonLink>
      )}
      <ButtonLink to={urls.newJournal} variant="default" leftSection={<Plus size={15} />}>
        {t("journals.new")}
      </ButtonLink>
    </>
  );
}

/** What the journal put into the books. */
function Entry({ id, title }: { id: string; title: string }) {
  const { t } = useTranslation();
  const may = useAbilities();
  const entry = usePosted(id);
  if (!may("journal_entries.view")) return null;
  return (
    <Stack gap={8} component="section" aria-label={title}>
      <Title order={2}>{title}</Title>
      <Sheet>
        <Loaded query={entry} lines={3}>
          {(known) => (
            <>
              <Text size="sm" c="dimmed" px="md" py="xs">
                {t("entry.posted", { number: known.number, date: formatDate(known.date), at: formatInstant(known.posted_at), who: known.posted_by })}
              </Text>
              <div className={table.scroll}>
                <EntryLines lines={known.lines} isMain />
              </div>
            </>
          )}
        </Loaded>
      </Sheet>
    </Stack>
  );
}
