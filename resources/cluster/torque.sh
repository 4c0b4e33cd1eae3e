#!/bin/bash
# {{title}}
#PBS -S /bin/bash
#PBS -N {{name}}
#PBS -t {{array}}
#PBS -q {{queue}}
#PBS -A {{account}}
#PBS -l qos={{qos}}
#PBS -l nodes={{nodes}}
#PBS -l mem={{memory_mb}}mb
#PBS -l walltime={{walltime_hms}}
#PBS -j oe
#PBS -o localhost:/dev/null
#PBS -r y
exec >>{{output}} 2>&1
command -v module >/dev/null || . /etc/profile  # for: {{modules}}
module load {{modules}}
{{preamble}}
# In the shell's place, so that the scheduler's SIGTERM reaches it.
exec {{command}} {{index}}
