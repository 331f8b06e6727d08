-- A restore loads tables by their names, in one transaction: what refers to another is looked at when all are there.
ALTER TABLE webhook_keys ALTER CONSTRAINT webhook_keys_webhook_fkey DEFERRABLE INITIALLY DEFERRED;
