"""What happens because of an event, outside the log: mails, and later images, webhooks, reports."""
