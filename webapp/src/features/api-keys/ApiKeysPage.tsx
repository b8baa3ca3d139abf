import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, Copy, KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { loadLater } from "@/components/loadLater";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page, Sheet } from "@/components/Page";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { apiKeysQuery, revokeApiKey } from "@/lib/api/apiKeys";
import type { ApiKey, NewApiKey } from "@/lib/api/types";
import { formatDate, formatInstant } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";

const NewKeyDialog = loadLater(() => import("./NewKeyDialog").then((module) => module.NewKeyDialog));

export function ApiKeysPage() {
  const { t } = useTranslation();
  const may = useAbilities();
  return may("api_keys.view") ? <KnownKeysPage /> : <NotAllowedPage title={t("navigation.apiKeys")} />;
}

function KnownKeysPage() {
  const { t } = useTranslation();
  const may = useAbilities();
  const client = useQueryClient();
  const keys = useQuery(apiKeysQuery);
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<NewApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  const create = may("api_keys.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setCreating(true)}>
      {t("apiKeys.new")}
    </Button>
  );
  return (
    <Page title={t("navigation.apiKeys")} subtitle={t("apiKeys.subtitle")} actions={create}>
      <Sheet>
        <Loaded query={keys} lines={4}>
          {({ results }) => (results.length ? <Keys keys={results} onRevoke={setRevoking} /> : <EmptyState icon={KeyRound} title={t("apiKeys.empty")} text={t("apiKeys.emptyText")} />)}
        </Loaded>
      </Sheet>
      {isCreating && (
        <NewKeyDialog
          onClose={() => setCreating(false)}
          onCreated={(key) => {
            setCreating(false);
            setCreated(key);
            void refresh();
          }}
        />
      )}
      {created && <CreatedDialog created={created} onClose={() => setCreated(null)} />}
      {revoking && (
        <ConfirmDialog
          opened
          onClose={() => setRevoking(null)}
          title={t("apiKeys.revokeTitle", { name: revoking.name })}
          text={t("apiKeys.revokeText")}
          confirmLabel={t("apiKeys.revoke")}
          onConfirm={async () => {
            await revokeApiKey(revoking.id);
            await refresh();
          }}
        />
      )}
    </Page>
  );
}

function Keys({ keys, onRevoke }: { keys: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const { t } = useTranslation();
  const may = useAbilities();
  return (
    <table className={`${table.table} ${table.cards}`}>
      <thead>
        <tr>
          <th scope="col">{t("apiKeys.name")}</th>
          <th scope="col">{t("members.role")}</th>
          <th scope="col">{t("apiKeys.lastUsed")}</th>
          <th scope="col">{t("members.expires")}</th>
          <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <td>
              <Text size="sm" fw={500}>
                {key.name}
              </Text>
              <Text size="xs" c="dimmed" ff="monospace">
                {key.prefix}…
              </Text>
            </td>
            <td className={table.aside}>{t(`role.${key.role}`)}</td>
            <td className={`${table.quiet} ${table.wide}`}>{key.last_used_on ? t("apiKeys.usedOn", { date: formatDate(key.last_used_on) }) : t("apiKeys.never")}</td>
            <td className={table.quiet}>{key.expires_at ? formatInstant(key.expires_at) : t("apiKeys.noEnd")}</td>
            <td className={table.action}>
              {key.revoked_at ? (
                <StatusBadge tone="neutral">{t("members.state.revoked")}</StatusBadge>
              ) : (
                may("api_keys.delete") && (
                  <Button variant="subtle" color="red" size="compact-sm" onClick={() => onRevoke(key)} aria-label={t("apiKeys.revokeTitle", { name: key.name })}>
                    {t("apiKeys.revoke")}
                  </Button>
                )
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The one time the key can be seen. A stray click outside must not lose it. */
function CreatedDialog({ created, onClose }: { created: NewApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 3000 });
  return (
    <Modal opened onClose={onClose} title={t("apiKeys.createdTitle")} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <Stack>
        <Text size="sm">{t("apiKeys.createdText")}</Text>
        <Code block data-testid="new-key" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {created.key}
        </Code>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" leftSection={clipboard.copied ? <Check size={15} /> : <Copy size={15} />} onClick={() => clipboard.copy(created.key)}>
            {clipboard.copied ? t("apiKeys.copied") : t("apiKeys.copy")}
          </Button>
          <Button onClick={onClose}>{t("apiKeys.kept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
