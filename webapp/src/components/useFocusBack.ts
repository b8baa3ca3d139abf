import { useEffect, useState } from "react";

let last: EventTarget | null = null;
document.addEventListener("focusin", (event) => {
  last = event.target;
});

/** A button that waits for the server is disabled meanwhile and loses the focus: it had it still. */
const whereFocusWas = () => (document.activeElement === document.body ? last : document.activeElement);

/** A dialog that is there only while it is open gives the focus back to where it was: Mantine does so only for one that is told to close. */
export function useFocusBack(): void {
  const [before] = useState(whereFocusWas);
  useEffect(
    () => () => {
      setTimeout(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        if (isLost && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    },
    [before],
  );
}
