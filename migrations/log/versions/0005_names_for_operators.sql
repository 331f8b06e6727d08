-- An operator looks for a stream by a slug or a handle. Addresses are keyed hashes here, and who may read the keys of
-- personal data learns nothing from those.
GRANT SELECT ON claims TO palimpsest_operator;
