import { Navigate, Outlet, useRouterState } from "@tanstack/react-router";

import { useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

/** Pages for people who have logged in; others log in first and come back to where they wanted to go. */
export function SignedIn() {
  const { phase } = useSession();
  const here = useRouterState({ select: ({ location }) => location.href });
  if (phase === "anonymous") return <Navigate to={urls.logIn} search={{ next: here === "/" ? undefined : here }} replace />;
  return <Outlet />;
}
