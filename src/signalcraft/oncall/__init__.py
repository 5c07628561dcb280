"""Who is on call, and how an escalation unfolds.

Pure functions of (configuration, time): no I/O, no clock. Every surface asks them.
"""
