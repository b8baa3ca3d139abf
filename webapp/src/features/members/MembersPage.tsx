import { ActionIcon, Button, Menu, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { EllipsisVertical, MailPlus, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Loaded } from "@/components/Loaded";
import { loadLater } from "@/components/loadLater";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { RoleSelect } from "@/components/RoleSelect";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { organizationsQuery } from "@/lib/api/organizations";
import { changeRole, invitationsQuery, membersQuery, removeMember, resendInvitation, revokeInvitation } from "@/lib/api/members";
import type { Invitation, Member, Role } from "@/lib/api/types";
import { formatInstant } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { useSession } from "@/lib/session";

const InviteDialog = loadLater(() => import("./InviteDialog").then((module) => module.InviteDialog));

export function MembersPage() {
  const { t } = useTranslation();
  const may = useAbilities();
  const members = useQuery(membersQuery);
  const [isInviting, setInviting] = useState(false);
  return (
    <Page
      title={t("navigation.members")}
      actions={
        may("invitations.create") && (
          <Button leftSection={<MailPlus size={16} />} onClick={() => setInviting(true)}>
            {t("members.invite")}
          </Button>
        )
      }
    >
      <Sheet>
        <Loaded query={members} lines={4}>
          {({ results }) => <Members members={results} />}
        </Loaded>
      </Sheet>
      {may("invitations.view") && <Invitations />}
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}

function Members({ members }: { members: Member[] }) {
  const { t } = useTranslation();
  return (
    <table className={`${table.table} ${table.cards}`}>
      <thead>
        <tr>
          <th scope="col">{t("members.name")}</th>
          <th scope="col">{t("members.since")}</th>
          <th scope="col">{t("members.role")}</th>
          <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <MemberRow key={member.id} member={member} />
        ))}
      </tbody>
    </table>
  );
}

function MemberRow({ member }: { member: Member }) {
  const { t } = useTranslation();
  const may = useAbilities();
  const now = useSession();
  const client = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const isMe = "user" in now && now.user.id === member.user.id;
  const name = member.user.full_name || member.user.email;
  const remove = async () => {
    await removeMember(member.id);
    // Who has left sees the organization no longer: the shell finds out from the list.
    await client.invalidateQueries({ queryKey: isMe ? organizationsQuery.queryKey : membersQuery.queryKey });
  };
  return (
    <tr>
      <td>
        <Text size="sm" fw={500}>
          {name} {isMe && <StatusBadge tone="neutral">{t("members.you")}</StatusBadge>}
        </Text>
        <Text size="xs" c="dimmed">
          {member.user.email}
        </Text>
      </td>
      <td className={`${table.quiet} ${table.wide}`}>{formatInstant(member.created_at)}</td>
      <td>{may("members.edit") ? <RolePicker member={member} name={name} /> : t(`role.${member.role}`)}</td>
      <td className={table.action}>
        {(may("members.delete") || isMe) && (
          <Button variant="subtle" color="red" size="compact-sm" onClick={() => setRemoving(true)} aria-label={isMe ? t("members.leave") : t("members.removeWho", { name })}>
            {isMe ? t("members.leave") : t("members.remove")}
          </Button>
        )}
        <ConfirmDialog
          opened={isRemoving}
          onClose={() => setRemoving(false)}
          title={isMe ? t("members.leaveTitle") : t("members.removeTitle", { name })}
          text={isMe ? t("members.leaveText") : t("members.removeText", { name })}
          confirmLabel={isMe ? t("members.leave") : t("members.remove")}
          onConfirm={remove}
        />
      </td>
    </tr>
  );
}

function RolePicker({ member, name }: { member: Member; name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const edit = useMutation({
    mutationFn: (role: Role) => changeRole(member.id, role),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: membersQuery.queryKey }), client.invalidateQueries({ queryKey: organizationsQuery.queryKey })]),
  });
  return (
    <Stack gap={6}>
      <RoleSelect
        size="xs"
        w={150}
        label={null}
        comboboxProps={{ width: 300, position: "bottom-start" }}
        aria-label={t("members.roleOf", { name })}
        value={edit.isPending ? edit.variables : member.role}
        allowDeselect={false}
        disabled={edit.isPending}
        onChange={(role) => role && role !== member.role && edit.mutate(role as Role)}
      />
      <ProblemAlert error={edit.error} />
    </Stack>
  );
}

const TONES = { open: "waiting", accepted: "good", revoked: "neutral", expired: "neutral" } as const;

function Invitations() {
  const { t } = useTranslation();
  const invitations = useQuery(invitationsQuery);
  if (invitations.data && !invitations.data.results.length) return null;
  return (
    <Stack gap={8} component="section" aria-label={t("members.invitations")}>
      <Title order={2}>{t("members.invitations")}</Title>
      <Sheet>
        <Loaded query={invitations} lines={3}>
          {({ results }) => (
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t("people.email")}</th>
                  <th scope="col">{t("members.role")}</th>
                  <th scope="col">{t("members.expires")}</th>
                  <th scope="col">{t("journals.statusLabel")}</th>
                  <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
                </tr>
              </thead>
              <tbody>
                {results.map((invitation) => (
                  <InvitationRow key={invitation.id} invitation={invitation} />
                ))}
              </tbody>
            </table>
          )}
        </Loaded>
      </Sheet>
    </Stack>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>{invitation.email}</td>
      <td className={table.aside}>{t(`role.${invitation.role}`)}</td>
      <td className={`${table.quiet} ${table.wide}`}>{formatInstant(invitation.expires_at)}</td>
      <td>
        <StatusBadge tone={TONES[invitation.state]}>{t(`members.state.${invitation.state}`)}</StatusBadge>
      </td>
      <td className={table.action}>{(invitation.state === "open" || invitation.state === "expired") && <InvitationMenu invitation={invitation} />}</td>
    </tr>
  );
}

function InvitationMenu({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const may = useAbilities();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  const fail = (error: Error) => notifications.show({ color: "red", title: invitation.email, message: <ProblemAlert error={error} />, autoClose: 8000 });
  const resend = useMutation({
    mutationFn: () => resendInvitation(invitation.id),
    onSuccess: async () => {
      notifications.show({ color: "ledger", message: t("members.resent", { email: invitation.email }) });
      await refresh();
    },
    onError: fail,
  });
  const revoke = useMutation({ mutationFn: () => revokeInvitation(invitation.id), onSuccess: refresh, onError: fail });
  if (!may("invitations.create") && !may("invitations.delete")) return null;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon aria-label={t("accounts.actionsFor", { name: invitation.email })} loading={resend.isPending || revoke.isPending}>
          <EllipsisVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {may("invitations.create") && (
          <Menu.Item leftSection={<RotateCw size={15} />} onClick={() => resend.mutate()}>
            {t("members.resend")}
          </Menu.Item>
        )}
        {may("invitations.delete") && invitation.state === "open" && (
          <Menu.Item color="red" leftSection={<Trash2 size={15} />} onClick={() => revoke.mutate()}>
            {t("members.revoke")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
