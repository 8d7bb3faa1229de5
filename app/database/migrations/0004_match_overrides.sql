-- What the operator decided about a song's file.
SELECT 1;
