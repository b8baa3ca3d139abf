"""The activity trail: who did what, and when. Written by the operations themselves, in their own transaction."""
