"""The first page of a day: where the money is, who owes what, what there is to do. One answer, a constant number of
queries."""
