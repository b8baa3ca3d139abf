import { type ComponentType, lazy, Suspense } from "react";

/** A dialog that is fetched when it is first opened: pages stay light for those who only read them. */
export function loadLater<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Loaded = lazy(() => load().then((component) => ({ default: component as ComponentType<object> })));
  return function Later(props: Props) {
    return (
      <Suspense>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
