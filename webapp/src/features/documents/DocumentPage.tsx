import { Group, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ActivityTrail } from "@/components/ActivityTrail";
import { Attachments } from "@/components/attachments/Attachments";
import { DocumentState } from "@/components/documents/DocumentState";
import { JournalEntries } from "@/components/JournalEntries";
import { Loaded } from "@/components/Loaded";
import { LoadedPage } from "@/components/LoadedPage";
import { Page } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import type { Tagged } from "@/lib/api/client";
import { documentJournalQuery, documentQuery } from "@/lib/api/documents";
import type { Document } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import { type DocumentKind, documentKindAt } from "@/lib/kinds";
import { useAbilities } from "@/lib/organization";

import { DocumentActions } from "./DocumentActions";
import { DocumentFacts } from "./DocumentFacts";
import classes from "./DocumentPage.module.css";
import { DocumentPaper } from "./DocumentPaper";
import { DocumentSheet } from "./DocumentSheet";
import { Settlement } from "./Settlement";
import { UnknownKindPage } from "./UnknownKindPage";
import { useSteps } from "./useSteps";

const route = getRouteApi("/signed-in/shell/documents/$kind/$documentId");

export function DocumentPage() {
  const { t } = useTranslation("documents");
  const { kind: path, documentId } = route.useParams();
  const kind = documentKindAt(path);
  return kind ? <Known key={`${path}/${documentId}`} kind={kind} id={documentId} title={t(`kinds.${kind.value}`)} /> : <UnknownKindPage />;
}

function Known({ kind, id, title }: { kind: DocumentKind; id: string; title: string }) {
  const document = useQuery(documentQuery(kind, id));
  return (
    <LoadedPage query={document} title={title}>
      {(known) => <Shown kind={kind} document={known} />}
    </LoadedPage>
  );
}

function Shown({ kind, document }: { kind: DocumentKind; document: Document & Tagged }) {
  const { t } = useTranslation("documents");
  const steps = useSteps(kind, document);
  const { isOpenItem } = policyOf(kind);
  const name = document.number ? t("page.title", { kind: t(`kind.${kind.value}`), number: document.number }) : t("page.draftTitle", { kind: t(`kind.${kind.value}`) });
  return (
    <Page
      title={name}
      subtitle={
        <Group gap={8}>
          <DocumentState state={document.state} />
          {document.contact?.name}
        </Group>
      }
      actions={<DocumentActions kind={kind} document={document} steps={steps} />}
      wide
    >
      <ProblemAlert error={steps.problem} />
      <DocumentPaper kind={kind} document={document} />
      <div className={classes.columns}>
        <DocumentSheet kind={kind} document={document} />
        <div className={classes.beside}>
          {isOpenItem && !["draft", "void"].includes(document.status) && <Settlement kind={kind} document={document} />}
          <DocumentFacts kind={kind} document={document} />
        </div>
      </div>
      <Behind kind={kind} document={document} />
    </Page>
  );
}

/** What is behind it: entries, files, history. */
function Behind({ kind, document }: { kind: DocumentKind; document: Document }) {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const hasEntries = policyOf(kind).posts && may("journal_entries.view");
  return (
    <Tabs defaultValue={hasEntries ? "journal" : "files"} keepMounted={false} className={classes.behind}>
      <Tabs.List>
        {hasEntries && <Tabs.Tab value="journal">{t("page.journal")}</Tabs.Tab>}
        {may("attachments.view") && <Tabs.Tab value="files">{t("page.files")}</Tabs.Tab>}
        {may("activity.view") && <Tabs.Tab value="history">{t("page.history")}</Tabs.Tab>}
      </Tabs.List>
      {hasEntries && (
        <Tabs.Panel value="journal" pt="md">
          <Entries kind={kind} id={document.id} />
        </Tabs.Panel>
      )}
      {may("attachments.view") && (
        <Tabs.Panel value="files" pt="md">
          <Attachments of={kind.path} id={document.id} />
        </Tabs.Panel>
      )}
      {may("activity.view") && (
        <Tabs.Panel value="history" pt="md">
          <ActivityTrail subject={kind.value} id={document.id} />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

function Entries({ kind, id }: { kind: DocumentKind; id: string }) {
  const entries = useQuery(documentJournalQuery(kind, id));
  return (
    <Loaded query={entries} lines={4}>
      {(known) => <JournalEntries entries={known} />}
    </Loaded>
  );
}
