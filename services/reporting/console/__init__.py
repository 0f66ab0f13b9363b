"""The pages that on-call engineers and auditors work with, and the session behind them."""
