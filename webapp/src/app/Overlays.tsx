import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";

import { loadLater } from "@/components/loadLater";
import { urls } from "@/lib/urls";

import { type Commands, CommandsContext } from "./commands";
import type { Creation } from "./destinations";
import { useCommandKeys } from "./useCommandKeys";
import { useNoteVisits } from "./useNoteVisits";

const CommandPalette = loadLater(() => import("./palette/CommandPalette").then((module) => module.CommandPalette));
const ShortcutsHelp = loadLater(() => import("./palette/ShortcutsHelp").then((module) => module.ShortcutsHelp));
const ContactDialog = loadLater(() => import("@/components/contacts/ContactDialog").then((module) => module.ContactDialog));
const ItemDialog = loadLater(() => import("@/components/items/ItemDialog").then((module) => module.ItemDialog));

type Open = "palette" | "help" | "customer" | "vendor" | "item";

/** The palette, the help and the dialogs for new things, over whatever page there is. */
export function Overlays({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<Open | null>(null);
  const navigate = useNavigate();
  const commands = useMemo<Commands>(
    () => ({
      openPalette: () => setOpen("palette"),
      openHelp: () => setOpen("help"),
      create: ({ label, place }: Creation) => {
        if (place) void navigate(place);
        else if (label === "customer" || label === "vendor" || label === "item") setOpen(label);
      },
    }),
    [navigate],
  );
  useCommandKeys(commands);
  useNoteVisits();
  const close = () => setOpen(null);
  return (
    <CommandsContext value={commands}>
      {children}
      {open === "palette" && <CommandPalette onClose={close} />}
      {open === "help" && <ShortcutsHelp onClose={close} />}
      {(open === "customer" || open === "vendor") && (
        <ContactDialog
          begin={{ side: open === "customer" ? "sales" : "purchases" }}
          onDone={({ id }) => void navigate({ to: urls.contact, params: { contactId: id } })}
          onClose={close}
        />
      )}
      {open === "item" && <ItemDialog onDone={({ id }) => void navigate({ to: urls.item, params: { itemId: id } })} onClose={close} />}
    </CommandsContext>
  );
}
