export { ContactPicker } from "@/components/pickers/ContactPicker";
