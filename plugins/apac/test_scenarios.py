"""Every scenario beside this file holds; run it with: pytest plugins/apac."""

from tap_graph.testing.scenario_tests import scenarios_beside

test_scenario = scenarios_beside(__file__)
