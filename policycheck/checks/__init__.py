"""The rules: what analysis found against what is declared. A few rules over one model, never one for a vendor."""
