import { Navigate, Outlet, useRouter } from "@tanstack/react-router";
import { useState } from "react";

import { useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

/** Pages for people who have logged in; others log in first and come back to where they wanted to go. */
export function SignedIn() {
  const { phase } = useSession();
  return phase === "anonymous" ? <ToLogIn /> : <Outlet />;
}

function ToLogIn() {
  const router = useRouter();
  // Taken once: while the log-in page loads, the location is already its own.
  const [here] = useState(() => router.state.location.href);
  // Nothing holds here who has logged out: an editor keeps its unsaved work on this browser.
  return <Navigate to={urls.logIn} search={{ next: here === urls.home ? undefined : here }} replace ignoreBlocker />;
}
