import { Stack, Text } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  icon: LucideIcon;
  title: string;
  text?: string;
  action?: ReactNode;
  /** All there is on the page: the title is its heading. */
  isPage?: boolean;
}

export function EmptyState({ icon: Icon, title, text, action, isPage }: Props) {
  return (
    <Stack align="center" gap={6} py={48} px="md" ta="center">
      <Icon size={28} strokeWidth={1.5} color="var(--mantine-color-dimmed)" aria-hidden />
      <Text component={isPage ? "h1" : "p"} fw={600}>
        {title}
      </Text>
      {text && (
        <Text size="sm" c="dimmed" maw={420}>
          {text}
        </Text>
      )}
      {action && <div style={{ marginTop: 8 }}>{action}</div>}
    </Stack>
  );
}
