export function PayBillsPage() {
  return null;
}
