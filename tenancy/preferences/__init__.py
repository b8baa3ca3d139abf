"""How a member likes to work in an organization: columns, saved views, what was looked at last."""
