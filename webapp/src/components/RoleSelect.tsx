import { Select, type SelectProps, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { rolesQuery } from "@/lib/api/members";
import { useOrganization } from "@/lib/organization";

/** A role with what it allows. Only an owner may make owners. */
export function RoleSelect(props: Omit<SelectProps, "data">) {
  const { t } = useTranslation();
  const { role } = useOrganization();
  const roles = useQuery(rolesQuery).data ?? [];
  return (
    <Select
      label={t("members.role")}
      allowDeselect={false}
      {...props}
      data={roles.map(({ value, label }) => ({ value, label, disabled: value === "owner" && role !== "owner" }))}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {roles.find(({ value }) => value === option.value)?.description}
          </Text>
        </div>
      )}
    />
  );
}
