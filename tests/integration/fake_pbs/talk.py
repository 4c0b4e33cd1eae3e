"""What ``qstat -f`` prints, and the ids that the commands take."""

import re
import time

_ID = re.compile(r"(\d+)(?:\[(\d*)\])?(?:\.[\w.]+)?$")
_WIDTH = 79


def parse_ids(word):
    """Return the number of the job, whether it is an array, and the task meant, if one."""
    found = _ID.match(word)
    number, index = found.groups()
    return int(number), index is not None, int(index) if index else None


def describe(job, tasks, is_torque, one_line):
    """Return the records of a job: an array's own, but for TORQUE, and those of its tasks."""
    parts = []
    if job.is_array and not is_torque:
        state = "F" if job.is_over else "B" if any(t.run_count for t in job.tasks) else "Q"
        facts = {"Job_Name": job.name, "job_state": state, "array": "True"}
        parts.append(_record(job.id, facts, one_line))
    parts += [_record(job.task_id(task), _facts(job, task, is_torque), one_line) for task in tasks]
    return "".join(parts)


def _facts(job, task, is_torque):
    state = "H" if job.is_held and task.state == "Q" else task.state
    facts = {
        "Job_Name": job.name,
        "Job_Owner": "user@a-host-with-a-long-name.of.some.department.of.an.institute.example",
        "job_state": state,
        "queue": job.queue,
        "Variable_List": "PBS_O_HOME=/home/user,PBS_O_LANG=C,PBS_O_PATH=/usr/bin:/bin:/usr/sbin",
    }
    if task.node:
        facts["exec_host"] = f"{task.node}/0*2" if not is_torque else f"{task.node}/0+{task.node}/1"
    if job.is_array:
        facts["job_array_id" if is_torque else "array_index"] = task.index
    if not is_torque:
        facts["substate"] = task.substate
    if task.run_count:
        facts["start_count" if is_torque else "run_count"] = task.run_count
    if task.exit_status is not None:
        facts["exit_status" if is_torque else "Exit_status"] = task.exit_status
    if state == "Q" and not is_torque:
        facts["comment"] = "Not Running: Insufficient amount of resource: ncpus"
    if task.started:
        facts["stime"] = time.ctime(task.started)
    return facts


def _record(name, facts, one_line):
    lines = [f"Job Id: {name}"]
    for key, value in facts.items():
        line = f"    {key} = {value}"
        while not one_line and len(line) > _WIDTH:
            lines.append(line[:_WIDTH])
            line = "\t" + line[_WIDTH:]
        lines.append(line)
    return "\n".join(lines) + "\n\n"
