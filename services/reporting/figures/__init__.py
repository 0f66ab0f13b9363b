"""The regulations' statistics: what is known of each subject, what it counts for, the sums."""
