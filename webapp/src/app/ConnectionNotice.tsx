import { useQueryClient } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useConnection } from "@/lib/connection";
import { toast } from "@/lib/toast";

import classes from "./ConnectionNotice.module.css";

/** While the server gives no answer. When it does again, what is on the screen is renewed; what is typed stays. */
export function ConnectionNotice() {
  const { t } = useTranslation();
  const isReachable = useConnection();
  const wasReachable = useRef(true);
  const client = useQueryClient();
  useEffect(() => {
    if (isReachable && !wasReachable.current) {
      toast.done(t("connection.back"));
      void client.invalidateQueries();
    }
    wasReachable.current = isReachable;
  }, [isReachable, client, t]);
  return (
    <div role="status" className={classes.place}>
      {!isReachable && (
        <div className={classes.notice}>
          <CloudOff size={16} aria-hidden />
          <span>{t("connection.lost")}</span>
        </div>
      )}
    </div>
  );
}
