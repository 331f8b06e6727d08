"""Films that every browser plays, and a picture of each, made by ffmpeg in a confined process."""
