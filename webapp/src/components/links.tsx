import { Anchor, type AnchorProps, Button, type ButtonProps, Menu, type MenuItemProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Rest<Own> = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Own> & { ref?: Ref<HTMLAnchorElement> };

/** Mantine's anchor, button and menu item as typed links of the router. */
export const TextLink = createLink((props: AnchorProps & Rest<AnchorProps>) => <Anchor {...props} />);
export const ButtonLink = createLink((props: ButtonProps & Rest<ButtonProps>) => <Button component="a" {...props} />);
export const MenuLink = createLink((props: MenuItemProps & Rest<MenuItemProps>) => <Menu.Item component="a" {...props} />);
