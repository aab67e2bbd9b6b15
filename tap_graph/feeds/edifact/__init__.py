"""EDIFACT: the sales data report (SLSRPT), and the answer to it (CONTRL)."""
