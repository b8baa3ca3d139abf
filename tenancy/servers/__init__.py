"""Database servers: which one an organization goes to, and what is known of each."""
