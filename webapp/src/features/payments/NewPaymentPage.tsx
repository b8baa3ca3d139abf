export function NewPaymentPage() {
  return null;
}
