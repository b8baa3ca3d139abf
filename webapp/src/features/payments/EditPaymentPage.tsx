export function EditPaymentPage() {
  return null;
}
