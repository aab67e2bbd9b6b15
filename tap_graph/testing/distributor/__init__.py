"""The fake distributor: program years of POS reports in every format, on the wire, good and broken at will.

For tests of whoever integrates with this program; docs/integration-testing.md is where to begin.
"""

from tap_graph.feeds.feed import Purpose
from tap_graph.testing.distributor.delivering import Answer
from tap_graph.testing.distributor.distributing import Distributor
from tap_graph.testing.distributor.http_distributor import HttpDistributor, http_distributor
from tap_graph.testing.distributor.misbehaving import MISBEHAVIORS, Misbehavior
from tap_graph.testing.distributor.program_years import ProgramYear
from tap_graph.testing.distributor.reports import File, PosLine, Report
from tap_graph.testing.distributor.sftp_distributor import SftpDistributor, sftp_distributor
from tap_graph.testing.distributor.writing import WireFormat, file_of, write_report

__all__ = [
    "MISBEHAVIORS",
    "Answer",
    "Distributor",
    "File",
    "HttpDistributor",
    "Misbehavior",
    "PosLine",
    "ProgramYear",
    "Purpose",
    "Report",
    "SftpDistributor",
    "WireFormat",
    "file_of",
    "http_distributor",
    "sftp_distributor",
    "write_report",
]
