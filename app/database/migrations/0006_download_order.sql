-- In which order and when songs are downloaded.
SELECT 1;
