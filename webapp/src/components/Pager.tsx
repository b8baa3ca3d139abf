import { Group, Pagination, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  count: number;
  page: number;
  pageSize: number;
  onPage: (page: number) => void;
}

export function Pager({ count, page, pageSize, onPage }: Props) {
  const { t } = useTranslation();
  if (count <= pageSize) return null;
  const first = (page - 1) * pageSize + 1;
  return (
    <Group justify="space-between" p="sm" style={{ borderTop: "1px solid var(--line)" }}>
      <Text size="sm" c="dimmed">
        {t("pager.range", { first, last: Math.min(page * pageSize, count), count })}
      </Text>
      <Pagination
        size="sm"
        total={Math.ceil(count / pageSize)}
        value={page}
        onChange={onPage}
        getControlProps={(control) => ({ "aria-label": t(`pager.${control}`) })}
        getItemProps={(item) => ({ "aria-label": t("pager.page", { page: item }) })}
      />
    </Group>
  );
}
