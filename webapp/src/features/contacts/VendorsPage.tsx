import { getRouteApi } from "@tanstack/react-router";

import { ContactsPage } from "./ContactsPage";

const route = getRouteApi("/signed-in/shell/vendors");

export function VendorsPage() {
  const state = route.useSearch();
  const navigate = route.useNavigate();
  return <ContactsPage side="purchases" state={{ ...state }} onState={(search) => void navigate({ search })} />;
}
