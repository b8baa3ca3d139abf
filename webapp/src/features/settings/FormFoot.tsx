import { Button, Group } from "@mantine/core";

import { ProblemAlert } from "@/components/ProblemAlert";
import type { ApiProblem } from "@/lib/api/problem";

/** What every form on this page ends with: what went wrong, and the button. */
export function FormFoot({ problem, isSending, label }: { problem: ApiProblem | null; isSending: boolean; label: string }) {
  return (
    <>
      <ProblemAlert error={problem} />
      <Group justify="flex-end">
        <Button type="submit" loading={isSending}>
          {label}
        </Button>
      </Group>
    </>
  );
}
