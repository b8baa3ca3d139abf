import { Alert, Button, Text } from "@mantine/core";
import { CircleAlert, RotateCw, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";

import { type ApiProblem, toProblem } from "@/lib/api/problem";

interface Props {
  /** Nothing is shown without one. */
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
}

/** What went wrong, where the action was: what it is, what to do, and the number to quote. */
export function ProblemAlert({ error, ...rest }: Props) {
  return error ? <ShownProblem problem={toProblem(error)} {...rest} /> : null;
}

function ShownProblem({ problem, onRetry, retrying = false }: Omit<Props, "error"> & { problem: ApiProblem }) {
  const { t } = useTranslation();
  const title = useProblemTitle(problem);
  const text = useProblemText(problem);
  return (
    <Alert
      role="alert"
      color={problem.mayPass ? "yellow" : "red"}
      variant="light"
      icon={problem.isNetwork ? <WifiOff size={18} /> : <CircleAlert size={18} />}
      title={title}
    >
      {text && <Text size="sm">{text}</Text>}
      <OtherErrors problem={problem} />
      {problem.requestId && problem.status >= 500 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t("problem.requestId", { id: problem.requestId })}
        </Text>
      )}
      {onRetry && (
        <Button mt="xs" size="xs" variant="default" leftSection={<RotateCw size={14} />} onClick={onRetry} loading={retrying}>
          {t("action.tryAgain")}
        </Button>
      )}
    </Alert>
  );
}

/** Errors of fields that have no place on the screen. */
function OtherErrors({ problem }: { problem: ApiProblem }) {
  const others = problem.errors.filter(({ detail }) => detail !== problem.detail);
  if (!others.length) return null;
  return (
    <ul style={{ margin: "4px 0 0", paddingInlineStart: 18 }}>
      {others.map(({ pointer, detail }) => (
        <li key={pointer + detail}>
          <Text size="sm" span>
            {detail}
          </Text>
        </li>
      ))}
    </ul>
  );
}

function useProblemTitle(problem: ApiProblem): string {
  const { t } = useTranslation();
  if (problem.isNetwork) return t("problem.network.title");
  if (problem.code === "web_app_fault") return t("problem.fault.title");
  if (problem.code === "unexpected_answer") return t("problem.unexpected.title", { status: problem.status });
  return problem.title || t("problem.fallbackTitle");
}

function useProblemText(problem: ApiProblem): string {
  const { t } = useTranslation();
  if (problem.isNetwork) return t("problem.network.text");
  if (problem.code === "unexpected_answer") return t("problem.unexpected.text");
  return problem.detail === problem.title ? "" : problem.detail;
}
