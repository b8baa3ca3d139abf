export { AccountPicker } from "@/components/pickers/AccountPicker";
