import { Badge } from "@mantine/core";
import type { ReactNode } from "react";

const COLORS = { neutral: "gray", good: "ledger", waiting: "yellow", bad: "red" } as const;

export function StatusBadge({ tone, children }: { tone: keyof typeof COLORS; children: ReactNode }) {
  return (
    <Badge color={COLORS[tone]} variant="light" size="sm" radius="sm" tt="none" fw={500}>
      {children}
    </Badge>
  );
}
