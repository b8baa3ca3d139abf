/** What the frame can open over any page. */
import { createContext, useContext } from "react";

import type { Creation } from "./destinations";

export interface Commands {
  openPalette: () => void;
  openHelp: () => void;
  /** The page for a new one, or its dialog. */
  create: (creation: Creation) => void;
}

export const CommandsContext = createContext<Commands | null>(null);

export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error("This is outside the frame.");
  return commands;
}
