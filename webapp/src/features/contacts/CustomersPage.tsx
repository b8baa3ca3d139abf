import { getRouteApi } from "@tanstack/react-router";

import { ContactsPage } from "./ContactsPage";

const route = getRouteApi("/signed-in/shell/customers");

export function CustomersPage() {
  const state = route.useSearch();
  const navigate = route.useNavigate();
  return <ContactsPage side="sales" state={{ ...state }} onState={(search) => void navigate({ search })} />;
}
