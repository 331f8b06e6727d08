"""Every job there is."""

from jobs import (
    address_change_mail,
    cancel_schedules,
    confirmation_mail,
    drop_old_generations,
    end_likes_and_follows,
    erase_content,
    film_variants,
    forget_expired,
    media_sweep,
    password_reset_mail,
    picture_variants,
    publish_due_post,
    purge_ledger,
    remove_media_bytes,
    retag_posts,
    welcome_mail,
)
from jobs.job import Job

JOBS: tuple[Job, ...] = (
    welcome_mail.JOB,
    confirmation_mail.JOB,
    address_change_mail.JOB,
    password_reset_mail.JOB,
    erase_content.JOB,
    remove_media_bytes.JOB,
    picture_variants.JOB,
    film_variants.JOB,
    retag_posts.JOB,
    publish_due_post.JOB,
    cancel_schedules.JOB,
    end_likes_and_follows.JOB,
    forget_expired.JOB,
    media_sweep.JOB,
    purge_ledger.JOB,
    drop_old_generations.JOB,
)
