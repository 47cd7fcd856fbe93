"""The report as a document in Feishu (or Lark), and the message that tells of it; the only place that talks to Feishu."""
