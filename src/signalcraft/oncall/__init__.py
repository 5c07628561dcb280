"""Who is on call, where an alert goes, how an escalation unfolds.

Pure functions of (configuration, time): no I/O, no clock. Every surface asks them.
"""
